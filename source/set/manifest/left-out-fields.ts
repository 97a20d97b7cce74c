import {
	type LeftOut,
	type LeftOutContent,
	type LeftOutPart,
	leftOutReasons,
} from '../../files/left-out.ts';
import {
	isCount,
	isObject,
	isTotal,
	type Json,
} from './json.ts';
import {type NameFields, nameFields} from './manifest.ts';
import {decodeName} from './manifest-entries.ts';

/** Entries left out, as plain JSON: in a manifest, and in the arguments of a process. */
export type LeftOutFields = Readonly<Record<string, Partial<LeftOutContent> & {readonly count: number; readonly paths: ReadonlyArray<NameFields<'path'>>}>>;

/** The paths of one reason as plain JSON. */
export const encodePaths = ({paths}: LeftOutPart): ReadonlyArray<NameFields<'path'>> => paths.map(path => nameFields('path', path));

export const encodeLeftOut = (leftOut: LeftOut): LeftOutFields =>
	Object.fromEntries(Array.from(leftOut, ([reason, part]) => [reason, {count: part.count, ...part.content, paths: encodePaths(part)}]));

/** Manifests of earlier versions do not say. */
function decodeContent({files, bytes, unseen}: Json): Pick<LeftOutPart, 'content'> {
	return isCount(files) && isTotal(bytes) && isCount(unseen) ? {content: {files, bytes, unseen}} : {};
}

function decodePart(json: unknown): LeftOutPart | undefined {
	if (!isObject(json) || !isCount(json.count) || !Array.isArray(json.paths)) {
		return undefined;
	}

	const paths = (json.paths as readonly unknown[]).map(path => isObject(path) ? decodeName(path, 'path') : undefined).filter(path => path !== undefined);
	return paths.length === json.paths.length && paths.length <= json.count ? {count: json.count, paths, ...decodeContent(json)} : undefined;
}

/** Reads what `encodeLeftOut` made, but for reasons that a later version may know; `undefined` if it is anything else. */
export function decodeLeftOut(json: unknown): LeftOut | undefined {
	if (!isObject(json)) {
		return undefined;
	}

	const fields: Json = json;
	const parts = leftOutReasons.filter(reason => fields[reason] !== undefined).map(reason => [reason, decodePart(fields[reason])] as const);
	return parts.every(([, part]) => part) ? new Map(parts as ReadonlyArray<readonly [(typeof leftOutReasons)[number], LeftOutPart]>) : undefined;
}

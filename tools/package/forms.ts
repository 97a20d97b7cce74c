import {globSync, readFileSync} from 'node:fs';
import {cp, mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {createHash} from 'node:crypto';
import {wrap} from '../../source/cli/help/help-layout.ts';
import package_ from '../../package.json' with {type: 'json'};
import {command} from './command.ts';
import {releaseNotes} from './release-notes.ts';
import type {Target} from './target.ts';
import {
	fixedStarter,
	gzip,
	home,
	makeTree,
	movableStarter,
	settleTree,
} from './tree.ts';

/*
The three forms of a package. Each is made in a directory of its own, and is the same bytes for the same sources, tools and time.
*/

export type Making = {
	readonly target: Target;
	/** Where the program with its Node is, ready. */
	readonly home: string;
	/** An empty directory. */
	readonly work: string;
	/** Where the package is put. */
	readonly out: string;
	readonly licences: string;
	/** In seconds since 1970. */
	readonly time: number;
	/** Of xz: 1 is quick, 6 small. */
	readonly level: number;
};

const {version, description} = package_;

/** A version such that one before a release sorts before it, with Debian and RPM alike. */
const packageVersion = version.replaceAll('-', '~');

const maintainer = 'The logbackup-tui authors <logbackup-tui@localhost.localdomain>';

const about = [
	'It lists what is there, lets files be taken out, asks, and shows the copying;',
	'without questions it does the same for timers. A backup is a directory of',
	'plain gzip files, finished or not there, verified, with a manifest.',
	'It brings its own Node.js along.',
];

const environment = ({time}: Making) => ({SOURCE_DATE_EPOCH: String(time)});

/** The timer goes with the program that it starts, and what turning it on has written; on an upgrade both stay. */
const prerm = `#!/bin/sh
set -e

if [ "$1" = remove ]; then
	logbackup-tui timer off --yes --quiet --no-config || true
fi
`;

/** What lintian says that is meant so, and why. */
const lintianOverrides = `# The Node.js of the package, built by its own project, has its libraries linked in, and is no PIE.
logbackup-tui: embedded-library *
logbackup-tui: hardening-no-pie *
# Licences are given whole, as their works have them.
logbackup-tui: copyright-file-contains-full-apache-2-license
logbackup-tui: old-fsf-address-in-copyright-file
# The project has no address of its own.
logbackup-tui: bogus-mail-host *
logbackup-tui: bogus-mail-host-in-debian-changelog *
`;

function changelog(time: number): string {
	const date = new Date(time * 1000).toUTCString().replace('GMT', '+0000');
	const points = releaseNotes().flatMap(point => wrap(point, 74).map((line, index) => `${index === 0 ? '  * ' : ' '.repeat(4)}${line}`));
	return `logbackup-tui (${packageVersion}) unstable; urgency=medium\n\n${points.join('\n')}\n\n -- ${maintainer}  ${date}\n`;
}

const debianCopyright = (licences: string) => [
	'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
	'Upstream-Name: logbackup-tui',
	'Comment: Each work in this package, with its licence whole:',
	...licences.split('\n').map(line => line.trim() === '' ? ' .' : ` ${line.trimEnd()}`),
	'',
	'Files: *',
	'Copyright: 2026 The logbackup-tui authors, and the authors of the works above',
	'License: Expat and others',
	' The program itself is under the Expat (MIT) licence; the licence of each other work is above.',
	'',
].join('\n');

function control({debian}: Target, size: number): string {
	return [
		'Package: logbackup-tui',
		`Version: ${packageVersion}`,
		'Section: admin',
		'Priority: optional',
		`Architecture: ${debian}`,
		`Maintainer: ${maintainer}`,
		`Installed-Size: ${Math.ceil(size / 1024)}`,
		'Depends: libc6 (>= 2.28), libdeflate0, libgcc-s1, libstdc++6',
		`Description: ${description[0]!.toLowerCase()}${description.slice(1)}`,
		...about.map(line => ` ${line}`),
		'',
	].join('\n');
}

export async function makeDeb(making: Making): Promise<string> {
	const {
		target, work, out, licences, time, level,
	} = making;
	const tree = path.join(work, 'tree');
	await makeTree(path.join(tree, 'usr'), making.home, {
		starter: fixedStarter,
		program: '/usr/bin/logbackup-tui',
		zsh: 'zsh/vendor-completions',
		files: {
			'share/doc/logbackup-tui/copyright': debianCopyright(licences),
			'share/doc/logbackup-tui/changelog.gz': gzip(changelog(time)),
			'share/lintian/overrides/logbackup-tui': lintianOverrides,
		},
	});
	const size = await settleTree(tree, time);
	const sums = globSync('usr/**', {cwd: tree, withFileTypes: true}).filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name)).toSorted()
		.map(file => `${createHash('md5').update(readFileSync(file)).digest('hex')}  ${path.relative(tree, file)}\n`);
	await mkdir(path.join(tree, 'DEBIAN'));
	await writeFile(path.join(tree, 'DEBIAN/control'), control(target, size));
	await writeFile(path.join(tree, 'DEBIAN/md5sums'), sums.join(''));
	await writeFile(path.join(tree, 'DEBIAN/prerm'), prerm);
	await settleTree(tree, time);
	const file = path.join(out, `logbackup-tui_${packageVersion}_${target.debian}.deb`);
	// One thread: how many there are would show in the bytes.
	command('dpkg-deb', ['--root-owner-group', '-Zxz', `-z${level}`, '--threads-max=1', '--build', tree, file], environment(making));
	return file;
}

function spec(tree: string, files: readonly string[]): string {
	return `Name: logbackup-tui
Version: ${packageVersion}
Release: 1
Summary: ${description}
License: MIT
AutoReqProv: no
Requires: libc.so.6(GLIBC_2.28)(64bit), libstdc++.so.6()(64bit), libgcc_s.so.1()(64bit)
Recommends: libdeflate

%description
${about.join('\n')}

%install
cp -a ${tree}/. "$RPM_BUILD_ROOT"/

%files
%defattr(-,root,root,-)
/usr/${home}
${files.map(file => `/${file}`).join('\n')}
`;
}

export async function makeRpm(making: Making): Promise<string> {
	const {
		target, work, out, licences, level,
	} = making;
	const tree = path.join(work, 'tree');
	await makeTree(path.join(tree, 'usr'), making.home, {
		starter: fixedStarter,
		program: '/usr/bin/logbackup-tui',
		zsh: 'zsh/site-functions',
		files: {'share/licenses/logbackup-tui/LICENSE': licences},
	});
	await settleTree(tree, making.time);
	const files = globSync('usr/{bin,share,lib/systemd}/**', {cwd: tree, withFileTypes: true}).filter(entry => entry.isFile())
		.map(entry => path.relative(tree, path.join(entry.parentPath, entry.name))).toSorted();
	await writeFile(path.join(work, 'logbackup-tui.spec'), spec(tree, files));
	const macros = {
		_topdir: path.join(work, 'rpm'),
		_rpmdir: work,
		_rpmfilename: 'logbackup-tui.rpm',
		_buildhost: 'localhost',
		_binary_payload: `w${level}.xzdio`,
		_build_id_links: 'none',
		__os_install_post: '%{nil}',
		__strip: '/bin/true',
		debug_package: '%{nil}',
		use_source_date_epoch_as_buildtime: '1',
		clamp_mtime_to_source_date_epoch: '1',
		source_date_epoch_from_changelog: '0',
	};
	command('rpmbuild', [
		'-bb',
		'--quiet',
		'--target',
		`${target.rpm}-linux`,
		...Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]),
		path.join(work, 'logbackup-tui.spec'),
	], environment(making));
	const file = path.join(out, `logbackup-tui-${packageVersion}-1.${target.rpm}.rpm`);
	await cp(path.join(work, 'logbackup-tui.rpm'), file);
	return file;
}

export async function makeArchive(making: Making): Promise<string> {
	const {
		target, work, out, licences, time, level,
	} = making;
	const name = `logbackup-tui-${version}-linux-${target.node}`;
	const tree = path.join(work, name);
	await makeTree(tree, making.home, {
		// The units are right where README has it unpacked; elsewhere systemd does not look for them.
		starter: movableStarter, program: '/usr/local/bin/logbackup-tui', zsh: 'zsh/site-functions', files: {'share/doc/logbackup-tui/copyright': licences},
	});
	await settleTree(tree, time);
	const file = path.join(out, `${name}.tar.xz`);
	command('tar', [
		'--create',
		'--sort=name',
		'--format=gnu',
		'--owner=0',
		'--group=0',
		'--numeric-owner',
		`--mtime=@${time}`,
		`--use-compress-program=xz -T1 -${level}`,
		'--file',
		file,
		'--directory',
		work,
		name,
	]);
	return file;
}

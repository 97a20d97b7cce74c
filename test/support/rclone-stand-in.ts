import type {TestContext} from 'node:test';
import {fakeProgram} from './fake-programs.ts';
import type {Place} from './set-fixtures.ts';

/** The usual: `two` and `three` are the second and third argument, those of them that are places at a remote as paths here. */
const usual = String.raw`
case $1 in
version) echo 'rclone v1.60.1' ;;
backend) echo '{"Features":{"Copy":false,"DirMove":true},"Hashes":["sha256"]}' ;;
lsjson)
	for word; do case $word in --max-depth=*) depth="-maxdepth ${'$'}{word#*=}" ;; esac; done
	[ -d "$two" ] || exit 3
	find "$two" -mindepth 1 $depth -type d -printf '{"Path":"%P","Size":-1,"IsDir":true},\n' -o -printf '{"Path":"%P","Size":%s,"IsDir":false},\n' ;;
cat)
	case $3 in
	--include=*) cat "$two"${'$'}{3#*=} 2> /dev/null || : ;;
	*) [ -f "$two" ] || exit 4; cat "$two" ;;
	esac ;;
rcat) mkdir -p "${'$'}{two%/*}"; cat > "$two" ;;
copy) while read -r name; do to=$three/$name; mkdir -p "${'$'}{to%/*}" && cp "$two/$name" "$to" || exit 1; done ;;
copyto) mkdir -p "${'$'}{three%/*}"; cp "$two" "$three" ;;
moveto) mv "$two" "$three" ;;
deletefile) rm "$two" ;;
purge) [ -d "$two" ] || exit 3; rm -r "$two" ;;
hashsum) cd "$three" && xargs -d '\n' "$2sum" ;;
*) exit 2 ;;
esac
`;

/**
Puts a shell in the place of rclone until the end of the test, that does what the program asks of it with a directory for all remotes, `nas`: rclone itself takes ten times the time for each call, and a push
makes fifteen. What rclone and a remote make of these calls is for tests that have the real ones. The calls are noted, one a line, in `calls`.

@param cases What it does in place of that, as cases of a shell for its first argument; `usual "$@"` is that.
*/
export async function standInForRclone(t: TestContext, place: Place, cases = ''): Promise<void> {
	await fakeProgram(t, place, 'rclone', `
case $2 in nas:*) two='${place.at('nas')}'/"\${2#nas:}" ;; *) two=$2 ;; esac
case $3 in nas:*) three='${place.at('nas')}'/"\${3#nas:}" ;; *) three=$3 ;; esac
usual() {
${usual}
}
printf '%s\\n' "$*" >> '${place.at('calls')}'
case $1 in ${cases} *) usual "$@" ;; esac`);
}

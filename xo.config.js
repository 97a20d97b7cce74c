/*
What the lint is told beside its defaults. A rule that is off has its reason beside it.
*/

/** @type {import('xo').FlatXoConfig} */
const config = [
	{
		rules: {
			// A docstring of one line is one line: three would make each file longer by a tenth.
			'unicorn/single-line-block-comment-style': 'off',
			// Names and contents are Buffers end to end: paths as bytes are what node:fs takes and gives.
			'@typescript-eslint/no-restricted-types': 'off',
			// Both are globals, as in all of Node's documents: not sometimes this, sometimes that.
			'n/prefer-global/buffer': ['error', 'always'],
			'n/prefer-global/process': ['error', 'always'],
			// Options are called by their flags: ignoreMissing, json, yes.
			'unicorn/consistent-boolean-name': 'off',
			// Fields of manifests, events and system calls are written in snake_case, as they stand on disk and on the wire.
			'@typescript-eslint/naming-convention': 'off',
			// A value that is made of another in one go needs no name in between: one more than the usual three.
			'unicorn/max-nested-calls': ['error', {max: 4}],
			// Where both ways are as usual, neither is an exit.
			'unicorn/prefer-early-return': 'off',
			// What others see of a class comes first.
			'unicorn/consistent-class-member-order': ['error', {order: ['static-field', 'static-block', 'static-method', 'public-field', 'private-field', 'constructor', 'public-method', 'private-method']}],
			// Node 22.20 has it, the library that the compiler checks against (ES2024) does not.
			'unicorn/prefer-iterator-to-array': 'off',
			// A list is filtered before a loop where that says what the loop is about; none of them is long.
			'unicorn/no-duplicate-loops': 'off',
			// A parameter is listed where its name and its type do not say all.
			'jsdoc/require-param': 'off',
			'jsdoc/check-param-names': ['error', {disableMissingParamChecks: true, checkDestructured: false}],
			// Modes, flags of open(2) and checksums are bits.
			'no-bitwise': 'off',
			// One thing after another is what most loops here are for; what may go on at once is given its turns (CPU slots, groups).
			'no-await-in-loop': 'off',
			// What a generator yields, its type says.
			'jsdoc/require-yields': 'off',
			// The description of a function that only overrides or throws would repeat its name.
			'jsdoc/require-description': 'off',
			// Conditions stand in the order in which they make sense, and the first may guard the second.
			'unicorn/prefer-simple-condition-first': 'off',
			// A set is a thing here: setColumns are the columns of one.
			'unicorn/no-non-function-verb-prefix': 'off',
			// A mix of an optional object and a boolean is plain to read.
			'@typescript-eslint/strict-boolean-expressions': 'off',
		},
	},
	{
		files: [
			'source/backup/**',
			'source/origin/**',
			'source/recovery/**',
			'source/cli/commands/**',
		],
		ignores: [
			'source/recovery/open-target.ts',
			'source/recovery/restore-target.ts',
			'source/recovery/target-tree.ts',
			'source/backup/compare.ts',
			'source/backup/sample.ts',
			'source/backup/inspect.ts',
			'source/backup/leases.ts',
			'source/backup/retried-set.ts',
			'source/backup/copying/reuse.ts',
			'source/origin/source-file.ts',
			'source/origin/small-source.ts',
			'source/backup/small-files/**',
			'source/origin/distant-places.ts',
			'source/origin/mounts.ts',
			'source/origin/scan-directory.ts',
			'source/origin/whereabouts.ts',
		],
		rules: {
			'@typescript-eslint/no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							regex: '^node:fs(/promises)?$',
							allowTypeImports: true,
							message: 'What a call on a file throws is neither a SourceError nor a DestinationError: sources are read through OpenSource (origin/open-source.ts), copies through OpenedCopy (set/copy.ts), what else is at the destination through set/. Only modules that turn all that is thrown are exempt.',
						},
					],
				},
			],
		},
	},
	{
		files: ['source/**'],
		rules: {
			'no-restricted-syntax': [
				'error',
				{
					selector: ':matches(CallExpression, NewExpression) > SpreadElement',
					message: 'A call takes some 120,000 arguments at most: add to a list with appendAll, find the largest with largestOf (text/lists.ts), or pass the list.',
				},
				{
					selector: 'CallExpression[callee.name=/^[fl]?stat(Sync)?$/]:not([arguments.1.properties.0.key.name=\'bigint\'])',
					message: 'Inode numbers, device numbers, sizes and nanoseconds do not fit a number: pass {bigint: true}.',
				},
				{
					selector: 'CallExpression[arguments.length=0] > MemberExpression[property.name=\'stat\']:matches([object.name=/handle|copy/i], [object.property.name=/handle|copy/i])',
					message: 'Inode numbers, device numbers, sizes and nanoseconds do not fit a number: pass {bigint: true}.',
				},
			],
		},
	},
	{
		files: ['source/tui/terminal/**', 'source/formats/**', 'source/gzip/**', 'test/**'],
		rules: {
			// Control characters are what these expressions look for: in names, in what terminals send, in the first bytes of files.
			'no-control-regex': 'off',
			'regexp/no-control-character': 'off',
		},
	},
	{
		files: ['test/**'],
		rules: {
			// A fact asked for once, as (await stat()).size, needs no name.
			'unicorn/no-await-expression-member': 'off',
			'unicorn/max-nested-calls': 'off',
			// Groups of what a program printed are taken by their place.
			'regexp/prefer-named-capture-group': 'off',
			// The runner waits for test() and describe(); nobody else has to.
			'@typescript-eslint/no-floating-promises': 'off',
			// It takes the helpers beside tests for tests.
			'node-test/no-import-test-files': 'off',
			// Some need root, or a file system that the machine cannot mount, and say so.
			'node-test/no-skip-test': 'off',
			// The imported assert narrows types; the one of the context does not.
			'node-test/prefer-test-context-assert': 'off',
			// Properties assert what holds for the case that was made.
			'node-test/no-conditional-assertion': 'off',
			// The same.
			'node-test/no-compound-assertion': 'off',
		},
	},
	{
		files: ['tools/**'],
		rules: {
			// It takes the helpers beside tests for tests.
			'node-test/no-import-test-files': 'off',
		},
	},
	{
		files: ['source/launcher.cjs'],
		rules: {
			// It has to run on any Node, however old.
			'n/prefer-process-get-builtin-module': 'off',
			'unicorn/prefer-node-protocol': 'off',
			'unicorn/prefer-optional-catch-binding': 'off',
		},
	},
	{
		files: ['tools/build/**'],
		rules: {
			// The filters of esbuild are expressions of Go, which have no such flag.
			'require-unicode-regexp': 'off',
		},
	},
	{
		files: ['**/package.json'],
		rules: {
			// Versions are pinned: what was tested is what is built.
			'package-json/dependency-version-range': 'off',
			// Scripts stand in the order in which they are run.
			'package-json/sort-properties': 'off',
			// A directory in files and a path in bin: each as npm's documents have it.
			'package-json/consistent-path-prefix': 'off',
		},
	},
];

export default config;

/*
Ink's chalk decides at its import whether to style text at all: it takes `--no-color` in our arguments to mean "not even bold", and
knows nothing of NO_COLOR. Colours are ours to leave out (theme.ts), the inverse row of the cursor must stay, and 16 colours are what
every terminal has. So this module is imported before Ink.
*/
import process from 'node:process';

process.env['FORCE_COLOR'] = '1';

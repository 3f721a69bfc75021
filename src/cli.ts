#!/usr/bin/env node
import { dispatch } from './commands/dispatch.ts';
import { tellError } from './commands/tell-error.ts';
import { programName } from './present/program-name.ts';
import { processTerminal } from './present/terminal.ts';

const terminal = processTerminal(programName(process.argv[1], process.cwd()));

process.once('uncaughtException', async (error) => {
  process.exit(await tellError(error, terminal));
});

// The exit code is only set: what is still on its way to a pipe gets there before the process ends.
process.exitCode = await dispatch(process.argv.slice(2), terminal).catch((error: unknown) =>
  tellError(error, terminal),
);

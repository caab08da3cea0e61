#!/usr/bin/env node
import { createInterruption } from './interruption.ts';
import { runProgram } from './program.ts';

const { stdin, stdout, stderr, env, argv } = process;
process.exitCode = await runProgram(argv.slice(2), {
  stdin,
  stdout,
  stderr,
  env,
  signal: createInterruption(process),
  // Only when a model is needed: --help must not wait for the runtime.
  loadDecoder: async (model, options) => (await import('@beltline/node')).loadDecoder(model, options),
});

import type { Output } from '../environment.ts';
import type { Renderer, RunName } from './renderer.ts';

export interface JsonRendererOptions {
  readonly stdout: Output;
  /** Whether each line says which run it belongs to. */
  readonly namesRuns: boolean;
}

/** Writes each event as one line of JSON, as the decoder gives it. */
export function createJsonRenderer({ stdout, namesRuns }: JsonRendererOptions): Renderer {
  let run: RunName | undefined;
  return {
    loading() {},
    warmingUp() {},
    start(name) {
      run = name;
    },
    event(event) {
      stdout.write(`${JSON.stringify(namesRuns ? { run, ...event } : event)}\n`);
    },
    end() {},
    close() {},
  };
}

import { readFile } from 'node:fs/promises';
import { type GenerateOptions, loadDecoder } from '@beltline/node';
import { createRunRecord, type RunRecord, type TimedEvent } from '../src/run-state.ts';

/** Text of a question in the folder `examples`. */
export async function readExample(name: string): Promise<string> {
  const text = await readFile(new URL(`../../../examples/${name}.txt`, import.meta.url), 'utf8');
  return text.trim();
}

/** Answers a question with the embedded model and records it; the events come 10 ms after one another. */
export async function recordRun(question: string, options: GenerateOptions): Promise<RunRecord> {
  const decoder = await loadDecoder();
  try {
    const run = createRunRecord(options.mode ?? 'parallel');
    let at = 0;
    for await (const event of decoder.generate(question, { ...options, trace: true })) {
      at += 10;
      run.add(event, at);
    }
    return run;
  } finally {
    await decoder.dispose();
  }
}

/** The record of the first events only. */
export function replay(run: RunRecord, events: readonly TimedEvent[]): RunRecord {
  const copy = createRunRecord(run.mode);
  for (const { event, at } of events) copy.add(event, at);
  return copy;
}

import { getEnvironmentData } from 'node:worker_threads';
import { blockPasses, createTicks } from './blocked-passes.ts';

blockPasses(createTicks(getEnvironmentData('ticks') as SharedArrayBuffer), 60_000);
await import('../src/worker/worker.ts');

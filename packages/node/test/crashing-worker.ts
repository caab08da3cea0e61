import { parentPort } from 'node:worker_threads';
import '../src/worker/worker.ts';

const [, , how] = process.argv;

parentPort!.on('message', ({ type }: { type: string }) => {
  if (type !== 'read') return;
  if (how === 'exit') process.exit(3);
  if (how === 'reject') return void Promise.reject(new Error('it broke'));
  throw new Error('it broke');
});

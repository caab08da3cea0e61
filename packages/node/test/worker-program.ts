import { loadDecoder } from '@beltline/node';

const [, , how] = process.argv;

const decoder = await loadDecoder('tiny', { worker: true });
const { tokens } = await decoder.generate('hello', { maxTokens: 3 }).result();
if (tokens.length > 0) console.log(`answered ${how}`);

/**
 * Returns in the midst of a pass of many tokens, which begins as soon as the first event was sent and takes longer than the
 * timer.
 */
async function beginLongPass() {
  const events = decoder.generate('word '.repeat(900), { chunkSize: 2000 })[Symbol.asyncIterator]();
  await events.next();
  await new Promise((resolve) => setTimeout(resolve, 40));
  return events;
}

switch (how) {
  case 'dispose':
    await decoder.dispose();
    break;
  case 'dispose-open': {
    const events = await beginLongPass();
    events.next().catch(() => {});
    await decoder.dispose();
    break;
  }
  case 'leave':
    await beginLongPass();
    break;
  case 'exit':
    await beginLongPass();
    process.exit(7);
    break;
  case 'throw':
    await beginLongPass();
    throw new Error('nobody catches this');
}

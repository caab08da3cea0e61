/**
 * A peer in a process of its own: it loads its model, says that it is ready, and then does one measurement for each message
 * and nothing in between.
 *
 * A peer is what `createPeer({ path, threads, context, room })` of its module resolves with:
 * - `versions`, by package;
 * - `prefill()` evaluates the prompt and resolves with the likeliest next token;
 * - `decode(rows, steps, onStep)` decodes so many tokens greedily in each of `rows` rows behind the prompt, whose keys and
 *   values are there already, and calls `onStep(tokens)` whenever each row has one more.
 */
const [module, settings] = process.argv.slice(2);
const { createPeer } = await import(module);
const peer = await createPeer(JSON.parse(settings));

process.on('message', async ({ type, rows, steps }) => {
  try {
    // What earlier measurements left is not collected during this one.
    globalThis.gc();
    process.send(type === 'prompt' ? await timePrompt() : await timeSteps(rows, steps));
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit());
process.send({ versions: peer.versions });

async function timePrompt() {
  const start = performance.now();
  const token = await peer.prefill();
  return { milliseconds: [performance.now() - start], firstTokens: [token] };
}

/** From one step's tokens to the next's: one step more comes first and does not count. */
async function timeSteps(rows, steps) {
  const times = [];
  let firstTokens;
  await peer.decode(rows, steps + 1, (tokens) => {
    times.push(performance.now());
    firstTokens ??= tokens;
  });
  return { milliseconds: times.slice(1).map((time, index) => time - times[index]), firstTokens };
}

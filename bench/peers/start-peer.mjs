import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('peer-process.mjs', import.meta.url));

/** Starts a peer's process and waits until its model is loaded. */
export async function startPeer({ name, module, settings }) {
  const child = fork(script, [module, JSON.stringify(settings)], {
    execArgv: ['--expose-gc'],
    // The results are this program's alone; what peers log is for the eye.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { versions } = await nextMessage(child, name);
  return {
    name,
    versions,
    /** Resolves with `{ milliseconds, firstTokens }`. */
    async measure(measurement) {
      child.send(measurement);
      return nextMessage(child, name);
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function nextMessage(child, name) {
  const settled = new AbortController();
  const { signal } = settled;
  const died = once(child, 'exit', { signal }).then(([code, by]) => {
    throw new Error(`the process of ${name} ended: ${by ?? `code ${code}`}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), died]);
    if (message.error !== undefined) throw new Error(`${name}: ${message.error}`);
    return message;
  } finally {
    settled.abort();
    died.catch(() => {});
  }
}

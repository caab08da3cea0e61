import { serveDecoder, type WorkerEndpoint } from '@beltline/worker/server';
import type { LoadProgress, LoadRequest } from './messages.ts';
import { loadParts } from './worker/load-parts.ts';
import { nextTurn } from './worker/next-turn.ts';

// A rejection that nobody handles reaches the page only as an error.
addEventListener('unhandledrejection', (event) => {
  setTimeout(() => {
    throw event.reason;
  });
});

const page = globalThis as unknown as WorkerEndpoint<LoadRequest, LoadProgress>;
serveDecoder(page, { load: loadParts, nextTurn });

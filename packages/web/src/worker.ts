import type { Endpoint, PageMessage, WorkerMessage } from './messages.ts';
import { loadParts } from './worker/load-parts.ts';
import { serveDecoder } from './worker/serve-decoder.ts';

// A rejection that nobody handles reaches the page only as an error.
addEventListener('unhandledrejection', (event) => {
  setTimeout(() => {
    throw event.reason;
  });
});

serveDecoder(globalThis as unknown as Endpoint<PageMessage, WorkerMessage>, loadParts);

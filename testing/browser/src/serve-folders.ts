import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

export interface LoopbackServerOptions {
  /** Folders by the path that they are served below, each beginning and ending with `/`; the longest match counts. */
  readonly folders: Readonly<Record<string, string>>;
  /** Whether pages are cross-origin isolated, as threads need; default true. */
  readonly isolated?: boolean;
}

export interface LoopbackServer {
  /** Where it serves, ending with `/`. */
  readonly url: string;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * Serves files to a browser on this machine, on a free port of the loopback interface.
 *
 * @example
 * const server = await serveFolders({ folders: { '/': 'dist' } });
 * await page.goto(server.url);
 * await server.close();
 */
export async function serveFolders({
  folders,
  isolated = true,
}: LoopbackServerOptions): Promise<LoopbackServer> {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const server = createServer(async ({ url = '/' }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    const prefix = prefixes.find((candidate) => path.startsWith(candidate));
    const rest = prefix === undefined ? '' : path.slice(prefix.length);
    const file = join(folders[prefix ?? '/'] ?? '', rest === '' ? 'index.html' : rest);
    await sendFile(response, file, isolated ? isolation : {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function sendFile(response: ServerResponse, file: string, headers: Record<string, string>) {
  const size = await stat(file).then(
    (status) => (status.isFile() ? status.size : undefined),
    () => undefined,
  );
  if (size === undefined) {
    response.writeHead(404, headers).end();
    return;
  }
  const type = types[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, {
    ...headers,
    'Content-Type': type,
    'Content-Length': size,
    'Cache-Control': 'no-store',
  });
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}

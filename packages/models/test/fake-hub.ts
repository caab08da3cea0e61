import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** What a request is to get instead of the right answer; return false to let it have the right one. */
export type Fault = (request: IncomingMessage, response: ServerResponse, content?: Buffer) => boolean;

export interface FakeHub {
  /** For `HF_ENDPOINT`. */
  readonly endpoint: string;
  /** Method, path and range of all requests so far. */
  readonly requests: string[];
  /** Sent back with each file. */
  readonly authorizations: (string | undefined)[];
  files: Record<string, string | Buffer>;
  commit: string;
  fault: Fault | undefined;
}

export const REPOSITORY = 'owner/small-model';
export const COMMIT = 'c'.repeat(40);

/** Files of at least this size have SHA-256 digests, as those in Git LFS have. */
const LARGE = 1000;

/** Starts a server on loopback that speaks the part of the hub's API that is used, with one repository. */
export async function startFakeHub(files: FakeHub['files']): Promise<FakeHub> {
  const server = createServer((request, response) => answer(hub, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const hub: FakeHub = {
    endpoint: `http://127.0.0.1:${port}`,
    requests: [],
    authorizations: [],
    files,
    commit: COMMIT,
    fault: undefined,
  };
  return hub;
}

function answer(hub: FakeHub, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url!, hub.endpoint);
  const { range } = request.headers;
  hub.requests.push(`${request.method} ${pathname}${range ? ` ${range}` : ''}`);
  hub.authorizations.push(request.headers.authorization);
  const file = new RegExp(`^/${REPOSITORY}/resolve/${hub.commit}/(.+)$`).exec(pathname)?.[1];
  const found = file === undefined ? undefined : hub.files[decodeURIComponent(file)];
  const content = found === undefined ? undefined : Buffer.from(found);
  if (hub.fault?.(request, response, content)) return;
  const asked = /\/(revision|tree)\/([^/]+)$/.exec(pathname);
  if (content !== undefined) {
    sendFile(content, range, response);
  } else if (file !== undefined) {
    refuse(response, 404, 'EntryNotFound', 'Entry not found');
  } else if (!pathname.startsWith(`/api/models/${REPOSITORY}/`)) {
    // The hub does not tell what exists and is private.
    refuse(response, 401, 'RepoNotFound', 'Invalid username or password.');
  } else if (asked?.[2] !== 'main' && asked?.[2] !== hub.commit) {
    refuse(response, 404, 'RevisionNotFound', `Invalid rev id: ${asked?.[2]}`);
  } else if (asked[1] === 'revision') {
    sendJson(response, { _id: '1', id: REPOSITORY, sha: hub.commit });
  } else {
    sendJson(response, [{ type: 'directory', path: 'onnx', size: 0, oid: '' }, ...entries(hub.files)]);
  }
}

export function entries(files: FakeHub['files']) {
  return Object.entries(files).map(([path, text]) => {
    const content = Buffer.from(text);
    const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    const lfs = { oid: digestOf(content), size: content.length, pointerSize: 130 };
    return { type: 'file', path, size: content.length, oid, ...(content.length >= LARGE && { lfs }) };
  });
}

/** The name of the blob of a large file. */
export function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

export function sendFile(content: Buffer, range: string | undefined, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const end = content.length;
  const headers = { 'content-length': end - start, 'accept-ranges': 'bytes' };
  if (start === 0) response.writeHead(200, headers);
  else response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${end - 1}/${end}` });
  response.end(content.subarray(start));
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

export function refuse(
  response: ServerResponse,
  status: number,
  code: string | undefined,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-error-message': message,
    ...(code && { 'x-error-code': code }),
    ...headers,
  });
  response.end(JSON.stringify({ error: message }));
}

/** Sends the first bytes of a file, and then cuts the connection. */
export function cutAfter(
  bytes: number,
  content: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const length = content.length - start;
  const range = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': length, ...(start > 0 && range) });
  response.write(content.subarray(start, start + bytes), () => setTimeout(() => response.destroy(), 20));
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { cutAfter, type Fault } from './fake-hub.ts';
import { WEIGHTS_PATH } from './hub-setup.ts';

/** A fault that befalls requests whose URL contains this, at most so many times. */
export function onRequests(part: string, fault: Fault, times = Number.POSITIVE_INFINITY): Fault {
  let left = times;
  return (request, response, content) => {
    if (!request.url!.includes(part) || left === 0) return false;
    left -= 1;
    return fault(request, response, content);
  };
}

export const onWeights = (fault: Fault, times?: number) => onRequests(WEIGHTS_PATH, fault, times);

export const onList = (fault: Fault, times?: number) => onRequests('/tree/', fault, times);

/** The first of these that befalls a request. */
export function inTurn(...faults: readonly Fault[]): Fault {
  return (...given) => faults.some((fault) => fault(...given));
}

export function always(
  answer: (request: IncomingMessage, response: ServerResponse, content?: Buffer) => void,
): Fault {
  return (...given) => {
    answer(...given);
    return true;
  };
}

/** Cuts the connection after so many bytes. */
export function cut(bytes: number): Fault {
  return always((request, response, content) => cutAfter(bytes, content!, request, response));
}

/** Sends so many bytes of a file, and then nothing more. */
export function stall(bytes: number): Fault {
  return always((_, response, content) => {
    response.writeHead(200, { 'content-length': content!.length });
    response.write(content!.subarray(0, bytes));
  });
}

/** Sends all of a file, or of what becomes of it, whatever range was asked for. */
export function send(change = (content: Buffer) => content): Fault {
  return always((_, response, content) => {
    const sent = change(content!);
    response.writeHead(200, { 'content-length': sent.length }).end(sent);
  });
}

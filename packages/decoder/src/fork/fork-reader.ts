import { DecoderError } from '../errors.ts';
import type { StageEvent } from '../events.ts';
import type { Forked } from './fork-stage.ts';

/** Lets several readers share the events of a fork: decoding goes on whenever one of them waits for more. */
export interface ForkReader {
  /** All events; can be read once, from the start. */
  events(): AsyncGenerator<StageEvent>;
  /** Text of one branch; can be read once, at any time. */
  text(branch: number): AsyncGenerator<string>;
  /** Resolves when the branch has ended. */
  ended(branch: number): Promise<void>;
  /** Resolves when all have. */
  all(): Promise<Forked>;
  /** Stops the decoding; whoever still waits is told so. */
  stop(): void;
}

/** @param branches how many there are. */
export function createForkReader(
  branches: number,
  start: () => AsyncGenerator<StageEvent, Forked>,
): ForkReader {
  /** Text that nobody has read yet. What waits is bounded by the branches' limits. */
  const unread = Array.from({ length: branches }, () => '');
  const finished = new Set<number>();
  const withReader = new Set<number>();
  let waiting: StageEvent[] | undefined;
  let source: AsyncGenerator<StageEvent, Forked> | undefined;
  let pulling: Promise<void> | undefined;
  let forked: Forked | undefined;
  let failure: { readonly error: unknown } | undefined;

  async function pullOne(): Promise<void> {
    try {
      source ??= start();
      const next = await source.next();
      if (failure) return;
      if (next.done) forked = next.value;
      else take(next.value);
    } catch (error) {
      failure ??= { error };
    } finally {
      pulling = undefined;
    }
  }

  function take(event: StageEvent): void {
    waiting?.push(event);
    if (event.type === 'branch-delta') unread[event.branch] += event.text;
    if (event.type === 'branch-end') finished.add(event.branch);
  }

  /** Waits for the next event, whoever asked for it. */
  async function pull(): Promise<void> {
    if (!failure) {
      pulling ??= pullOne();
      await pulling;
    }
    if (failure) throw failure.error;
  }

  return {
    async *events() {
      if (waiting || source) throw new TypeError('the events of a fork can be read once, before all else');
      waiting = [];
      for (;;) {
        const event = waiting.shift();
        if (event) yield event;
        else if (forked) return;
        else await pull();
      }
    },
    async *text(branch) {
      if (withReader.has(branch)) throw new TypeError(`the text of branch ${branch} can be read once`);
      withReader.add(branch);
      for (;;) {
        const text = unread[branch]!;
        unread[branch] = '';
        if (text !== '') yield text;
        else if (finished.has(branch)) return;
        else await pull();
      }
    },
    async ended(branch) {
      while (!finished.has(branch)) await pull();
    },
    async all() {
      while (!forked) await pull();
      return forked;
    },
    stop() {
      if (forked) return;
      failure ??= {
        error: new DecoderError('STOPPED_EARLY', 'the fork was disposed before its branches ended'),
      };
      void source?.return(undefined as never);
    },
  };
}

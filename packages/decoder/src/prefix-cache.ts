import { BackendError, type KvCache, type LanguageModel } from '@beltline/backend';
import { findCausalLine } from './causal-line.ts';

/**
 * Keeps what earlier sequences leave behind, so that prompts that begin alike are read once.
 *
 * What is kept is never written to: a sequence begins with a copy of what it shares with it. So any number of sequences can
 * go on from it at once, and none of them can spoil it for the others.
 */
export interface PrefixCache {
  /**
   * Makes a cache for a sequence; it begins with as much of the prompt as is kept, all but the last token at most.
   *
   * @param prompt token ids.
   * @param capacity most tokens of the cache, more than the prompt has.
   */
  open(prompt: readonly number[], capacity: number): OpenCache;
  /** Frees all that is kept, held prefixes aside; returns whether there was anything. */
  makeRoom(): boolean;
}

/** A cache while one sequence uses it; `end` or `hold` end this, whichever comes first. */
export interface OpenCache {
  readonly cache: KvCache;
  /** Keeps what another sequence can begin with, or frees all of it. No pass may run or come over the cache from now on. */
  end(outcome: 'keep' | 'drop'): void;
  /** Keeps it until the prefix is disposed, whatever comes. */
  hold(): Prefix;
}

/** The beginning of prompts, held in memory: all that begin so need not read it. */
export interface Prefix {
  /** Number of tokens that are held. */
  readonly tokens: number;
  /** Frees the memory; harmless when repeated. */
  dispose(): void;
}

/** What is kept of finished answers, so that prompts that begin alike are read once. */
export interface PrefixCacheOptions {
  /** Most tokens to keep, with their keys and values; 0 keeps none. Default 4096. */
  readonly maxTokens?: number;
}

/** Fills in the default. @throws RangeError for a bound that makes no sense. */
export function resolvePrefixCache({ maxTokens = 4096 }: PrefixCacheOptions): number {
  if (Number.isInteger(maxTokens) && maxTokens >= 0) return maxTokens;
  throw new RangeError(`prefixCache.maxTokens must be an integer of at least 0, got ${maxTokens}`);
}

/** @param maxTokens most tokens to keep beside those of held prefixes; least recently used ones go first. */
export function createPrefixCache(model: LanguageModel, maxTokens: number): PrefixCache {
  /** Least recently used first. */
  let kept: KvCache[] = [];
  const held = new Set<KvCache>();

  function copyLongest(prompt: readonly number[], capacity: number): KvCache {
    const wanted = prompt.slice(0, -1);
    let length = 0;
    let longest: KvCache | undefined;
    for (const cache of [...held, ...kept]) {
      const common = commonLength(cache.tokens, wanted);
      if (common <= length) continue;
      length = common;
      longest = cache;
    }
    if (!longest) return model.createCache({ capacity });
    touch(longest);
    try {
      return model.createCache({ capacity, copyOf: { cache: longest, length } });
    } catch (error) {
      if (error instanceof BackendError) throw error;
      // No memory for the copy: what is held may be copied yet, all else is read anew.
      return makeRoom() ? copyLongest(prompt, capacity) : model.createCache({ capacity });
    }
  }

  function makeRoom(): boolean {
    const any = kept.length > 0;
    for (const cache of kept) drop(cache);
    return any;
  }

  function touch(cache: KvCache): void {
    if (kept.includes(cache)) kept = [...kept.filter((other) => other !== cache), cache];
  }

  /** Keeps the line of a cache, or throws what the cache does. */
  function keep(cache: KvCache): void {
    const line = findCausalLine(cache).slice(0, maxTokens);
    const tokens = line.map((slot) => cache.tokens[slot]!);
    const covering = [...held, ...kept].find((other) => startsWith(other.tokens, tokens));
    if (covering) touch(covering);
    if (covering || tokens.length === 0) {
      cache.dispose();
      return;
    }
    cache.restart(line);
    dropCovered(tokens);
    kept.push(cache);
    let total = kept.reduce((sum, other) => sum + other.tokens.length, 0);
    while (total > maxTokens) {
      const [oldest] = kept as [KvCache];
      total -= oldest.tokens.length;
      drop(oldest);
    }
  }

  /** What these tokens begin with need not be kept beside them. */
  function dropCovered(tokens: readonly number[]): void {
    for (const other of kept) if (startsWith(tokens, other.tokens)) drop(other);
  }

  function drop(cache: KvCache): void {
    kept = kept.filter((other) => other !== cache);
    cache.dispose();
  }

  function hold(cache: KvCache): Prefix {
    dropCovered(cache.tokens);
    held.add(cache);
    return {
      tokens: cache.tokens.length,
      dispose() {
        held.delete(cache);
        cache.dispose();
      },
    };
  }

  return {
    makeRoom,
    open(prompt, capacity) {
      const cache = copyLongest(prompt, capacity);
      let ended = false;
      return {
        cache,
        end(outcome) {
          if (ended) return;
          ended = true;
          try {
            if (outcome === 'keep') keep(cache);
            else cache.dispose();
          } catch {
            // The model was disposed meanwhile: there is nothing left to keep.
            cache.dispose();
          }
        },
        hold() {
          ended = true;
          return hold(cache);
        },
      };
    },
  };
}

function startsWith(tokens: readonly number[], beginning: readonly number[]): boolean {
  return commonLength(tokens, beginning) === beginning.length;
}

function commonLength(first: readonly number[], second: readonly number[]): number {
  const end = Math.min(first.length, second.length);
  let length = 0;
  while (length < end && first[length] === second[length]) length++;
  return length;
}

import { GgufError } from './gguf-error.ts';
import type { MetadataValue } from './metadata-value.ts';

/** Metadata with typed access; errors name the key. */
export class MetadataFields {
  readonly #values: ReadonlyMap<string, MetadataValue>;
  readonly #prefix: string;

  /** @param prefix stands before every key, such as `llama.`. */
  constructor(values: ReadonlyMap<string, MetadataValue>, prefix = '') {
    this.#values = values;
    this.#prefix = prefix;
  }

  get(key: string): MetadataValue | undefined {
    return this.#values.get(this.#prefix + key);
  }

  count(key: string, fallback?: number): number {
    return this.#checked(
      key,
      fallback,
      'a positive integer',
      (v) => Number.isSafeInteger(v) && Number(v) > 0,
    );
  }

  number(key: string, fallback?: number): number {
    return this.#checked(key, fallback, 'a positive number', (v) => Number.isFinite(v) && Number(v) > 0);
  }

  boolean(key: string, fallback: boolean): boolean {
    return this.#checked(key, fallback, 'true or false', (v) => typeof v === 'boolean');
  }

  string(key: string, fallback?: string): string {
    return this.#checked(key, fallback, 'a text', (v) => typeof v === 'string');
  }

  strings(key: string): readonly string[] {
    return this.#checked<readonly string[]>(
      key,
      undefined,
      'a list of texts',
      (v) => Array.isArray(v) && v.every((text) => typeof text === 'string'),
    );
  }

  /** Numbers, one for each of `length` things. */
  numbers(key: string, length: number): ArrayLike<number> {
    const isNumbers = (v: unknown): boolean =>
      ArrayBuffer.isView(v) &&
      'length' in v &&
      v.length === length &&
      typeof (v as Int32Array)[0] !== 'bigint';
    return this.#checked<ArrayLike<number>>(key, undefined, `a list of ${length} numbers`, isNumbers);
  }

  unsupported(key: string, supported: string): GgufError {
    const name = this.#prefix + key;
    return new GgufError(
      'UNSUPPORTED_MODEL',
      `The GGUF file has ${name} = ${describe(this.get(key))}; supported: ${supported}.`,
      { subject: name },
    );
  }

  #checked<Value>(
    key: string,
    fallback: Value | undefined,
    expected: string,
    isValid: (value: unknown) => boolean,
  ): Value {
    const value = this.get(key) ?? fallback;
    if (isValid(value)) return value as Value;
    const name = this.#prefix + key;
    throw new GgufError(
      'INVALID_METADATA',
      `Expected ${name} of the GGUF file to be ${expected}, got ${describe(value)}. Get another conversion of the model.`,
      { subject: name },
    );
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null && 'length' in value)
    return `a list of ${value.length} values`;
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

import { GraphError } from './graph-error.ts';

/** The fields of config.json with typed access; errors name the field. */
export class ConfigFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path = '') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const name = path === '' ? 'config.json' : path;
      throw new GraphError('INVALID_CONFIG', `Expected ${name} to be an object, got ${describe(value)}.`, {
        subject: name,
      });
    }
    this.#fields = value as Record<string, unknown>;
    this.#path = path === '' ? '' : `${path}.`;
  }

  /** The raw value; JSON's null counts as missing. */
  get(name: string): unknown {
    return this.#fields[name] ?? undefined;
  }

  integer(name: string, fallback?: number): number {
    return this.#checked(
      name,
      fallback,
      'a positive integer',
      (v) => Number.isSafeInteger(v) && (v as number) > 0,
    );
  }

  number(name: string, fallback?: number): number {
    return this.#checked(name, fallback, 'a positive number', (v) => Number.isFinite(v) && (v as number) > 0);
  }

  boolean(name: string, fallback: boolean): boolean {
    return this.#checked(name, fallback, 'true or false', (v) => typeof v === 'boolean');
  }

  object(name: string): ConfigFields | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : new ConfigFields(value, this.#path + name);
  }

  unsupported(name: string, supported: string): GraphError {
    const field = this.#path + name;
    return new GraphError(
      'UNSUPPORTED_MODEL',
      `config.json has ${field} = ${describe(this.get(name))}; supported: ${supported}.`,
      { subject: field },
    );
  }

  #checked<Value>(
    name: string,
    fallback: Value | undefined,
    expected: string,
    valid: (v: unknown) => boolean,
  ): Value {
    const value = this.get(name) ?? fallback;
    if (valid(value)) return value as Value;
    const field = this.#path + name;
    throw new GraphError(
      'INVALID_CONFIG',
      `Expected ${field} in config.json to be ${expected}, got ${describe(value)}.`,
      {
        subject: field,
      },
    );
  }
}

function describe(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** An error as it crosses between worker and client: structured cloning alone would lose names and codes. */
export interface ErrorData {
  /** How the client makes it anew. */
  readonly kind: 'type' | 'range' | 'dom' | 'other';
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** `code` and whatever else the error says in plain values. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  readonly cause: ErrorData | undefined;
}

/** Classes that the client knows, by the names that their errors bear; fields must be public. */
export type ErrorClasses = Readonly<Record<string, { readonly prototype: Error }>>;

/** Causes of causes that cross at most: an error may be its own cause. */
const longestChain = 8;

/** Takes an error apart; anything else that was thrown becomes the message of one. */
export function toErrorData(error: unknown, chain = longestChain): ErrorData {
  if (!(error instanceof Error)) {
    return {
      kind: 'other',
      name: 'Error',
      message: String(error),
      stack: undefined,
      fields: {},
      cause: undefined,
    };
  }
  const { name, message, stack, cause } = error;
  return {
    kind: kindOf(error),
    name,
    message,
    stack,
    fields: plainFields(error),
    cause: cause === undefined || chain === 0 ? undefined : toErrorData(cause, chain - 1),
  };
}

/** Puts an error together again, with its name, code, message, fields and cause; of its class where that is known. */
export function fromErrorData(data: ErrorData, classes: ErrorClasses = {}): Error {
  const error = create(data, data.cause && { cause: fromErrorData(data.cause, classes) }, classes);
  const { stack } = data;
  if (stack !== undefined) Object.defineProperty(error, 'stack', { value: stack, configurable: true });
  return error;
}

function create(
  { kind, name, message, fields }: ErrorData,
  options: ErrorOptions | undefined,
  classes: ErrorClasses,
): Error {
  switch (kind) {
    case 'type':
      return Object.assign(new TypeError(message, options), fields);
    case 'range':
      return Object.assign(new RangeError(message, options), fields);
    case 'dom':
      return Object.assign(new DOMException(message, name), options);
    case 'other': {
      const error = Object.assign(new Error(message, options), fields);
      Object.defineProperty(error, 'name', { value: name, configurable: true });
      // A constructor would want arguments in an order that only its class knows.
      if (Object.hasOwn(classes, name)) Object.setPrototypeOf(error, classes[name]!.prototype);
      return error;
    }
    default:
      return kind satisfies never;
  }
}

function kindOf(error: Error): ErrorData['kind'] {
  if (error instanceof DOMException) return 'dom';
  if (error.name === 'TypeError') return 'type';
  return error.name === 'RangeError' ? 'range' : 'other';
}

function plainFields(error: Error): ErrorData['fields'] {
  const fields: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(error)) {
    if (key === 'name' || key === 'message' || key === 'stack') continue;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      fields[key] = value;
  }
  return fields;
}

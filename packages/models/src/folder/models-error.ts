/** Why a model could not be had. */
export type ModelsErrorCode =
  /** There is none under that name or path. */
  | 'MODEL_NOT_FOUND'
  | 'MISSING_FILE'
  | 'UNREADABLE_FILE'
  | 'INVALID_JSON'
  /** beltline.json says what it may not. */
  | 'INVALID_MANIFEST'
  /** A kind of model or of weights that is not supported, or not in the precision that was asked for. */
  | 'UNSUPPORTED'
  /** The hub wants a token, or one of an account that was let in. */
  | 'ACCESS_DENIED'
  /** Not in the cache, and the network must not be used. */
  | 'OFFLINE'
  /** The hub could not be reached, or broke off again and again. */
  | 'NETWORK'
  /** The hub wants fewer requests, for longer than it is worth waiting. */
  | 'RATE_LIMITED'
  /** The hub answered with an error of its own, or with something that makes no sense. */
  | 'HUB_FAILED'
  /** What was downloaded is not what the hub said it would be. */
  | 'INTEGRITY'
  /** The cache cannot be read or written to, or has no room. */
  | 'CACHE_FAILED';

/** The one error class of this package; tell cases apart by `code`. */
export class ModelsError extends Error {
  override readonly name = 'ModelsError';
  readonly code: ModelsErrorCode;
  /**
   * What is to blame: the absolute path or URL of a file or folder, or its path in the repository at the hub;
   * where it is none of these, the name that was asked for, or the setting.
   */
  readonly path: string;

  constructor(code: ModelsErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}

/**
 * Why a model could not be had: there is none under that name or path, a file of it is missing, cannot be
 * read, is no valid JSON or says what it may not, or the model is of a kind that is not supported.
 */
export type ModelsErrorCode =
  | 'MODEL_NOT_FOUND'
  | 'MISSING_FILE'
  | 'UNREADABLE_FILE'
  | 'INVALID_JSON'
  | 'INVALID_MANIFEST'
  | 'UNSUPPORTED';

/** The one error class of this package; tell cases apart by `code`. */
export class ModelsError extends Error {
  override readonly name = 'ModelsError';
  readonly code: ModelsErrorCode;
  /** The file or folder that is to blame, absolute; the name that was asked for where there is none. */
  readonly path: string;

  constructor(code: ModelsErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}

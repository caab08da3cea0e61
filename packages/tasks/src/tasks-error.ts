/** What is wrong with a line of a data set. */
export type TasksErrorCode = 'not-json' | 'missing-prompt' | 'missing-gold-keys' | 'unequal-labels';

const expectations: Record<TasksErrorCode, string> = {
  'not-json': 'a line of JSON, got something else: check the file',
  'missing-prompt': 'the field prompt, a string, got none: add it',
  'missing-gold-keys':
    'the field gold_keys, a text that is not blank or a list of at least one, got none: add it',
  'unequal-labels': 'as many labels as gold_keys, got other numbers: give each label its key',
};

/** A data set that cannot be read. */
export class TasksError extends Error {
  override readonly name = 'TasksError';
  readonly code: TasksErrorCode;
  /** From 1. */
  readonly line: number;

  constructor(code: TasksErrorCode, { line, cause }: { line: number; cause?: unknown }) {
    super(`expected in line ${line} ${expectations[code]}`, { cause });
    this.code = code;
    this.line = line;
  }
}

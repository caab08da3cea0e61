import { BackendError } from '@beltline/backend';
import { ModelsError } from '@beltline/models/folder';
import { expect, test } from 'vitest';
import { fromErrorData, toErrorData } from '../src/error-data.ts';
import { PresetError } from './connect-worker.ts';

function cross(error: unknown): Error {
  return fromErrorData(structuredClone(toErrorData(error)), { PresetError });
}

test.each([
  [
    new ModelsError('MISSING_FILE', '/models/a', 'it is missing'),
    { code: 'MISSING_FILE', path: '/models/a' },
  ],
  [new BackendError('RUN_FAILED', 'no memory'), { code: 'RUN_FAILED' }],
  [
    new PresetError('DOWNLOAD_FAILED', 'broken', { url: 'https://a.example/' }),
    { url: 'https://a.example/' },
  ],
  [new RangeError('too small'), {}],
  [Object.assign(new TypeError('no URL'), { code: 'ERR_INVALID_URL' }), { code: 'ERR_INVALID_URL' }],
  [new TypeError('no such mode'), {}],
  [new DOMException('it took too long', 'TimeoutError'), {}],
  [new SyntaxError('unexpected'), {}],
])('an error keeps what it says: %s', (error, fields) => {
  const { name, message, stack } = error;
  const arrived = cross(error);
  expect(arrived).toMatchObject({ name, message, ...fields });
  expect(arrived.stack).toBe(stack);
  expect(String(arrived)).toBe(String(error));
});

test('an error stays of its class where the client knows it', () => {
  expect(cross(new PresetError('DISPOSED', 'none'))).toBeInstanceOf(PresetError);
  expect(cross(new BackendError('RUN_FAILED', 'no'))).not.toBeInstanceOf(BackendError);
  expect(cross(new RangeError('too small'))).toBeInstanceOf(RangeError);
  expect(cross(new TypeError('wrong'))).toBeInstanceOf(TypeError);
  expect(cross(new DOMException('late', 'AbortError'))).toBeInstanceOf(DOMException);
});

test('causes come along', () => {
  const error = new BackendError('LOAD_FAILED', 'outer', {
    cause: new RangeError('inner', { cause: 'text' }),
  });
  const { cause } = cross(error) as { cause?: Error };
  expect(cause).toBeInstanceOf(RangeError);
  expect(cause).toMatchObject({ message: 'inner', cause: { message: 'text' } });
});

test('a DOMException brings its cause, and an error that is its own cause comes to an end', () => {
  const late = Object.assign(new DOMException('late', 'AbortError'), { cause: new Error('why') });
  expect(cross(late)).toMatchObject({ cause: { message: 'why' } });
  const circular = new Error('round');
  circular.cause = circular;
  expect(cross(circular)).toMatchObject({ message: 'round', cause: { message: 'round' } });
});

test('what is no error becomes one', () => {
  expect(cross('out of memory')).toMatchObject({ name: 'Error', message: 'out of memory' });
  expect(cross(undefined)).toMatchObject({ message: 'undefined' });
});

import { BackendError } from '@beltline/backend';
import type { DecoderOptions } from '@beltline/decoder';
import { resolveModel } from '@beltline/models';
import { createTokenizer } from '@beltline/tokenizer';
import { readTokenizerOfGguf } from './gguf-model.ts';
import { describePull } from './load-progress.ts';
import { type OpenOptions, openModel } from './open-model.ts';

/** Opens a model and its tokenizer: all that a decoder is made of. */
export async function loadParts(source: string | undefined, options: OpenOptions): Promise<DecoderOptions> {
  const { signal, precision, wide, onProgress, prefixCache } = options;
  if (wide && precision === 'w8a8') {
    throw new BackendError('UNSUPPORTED', 'all passes run in w8a8 already: leave out "wide"');
  }
  const files = await resolveModel(source, {
    ...(signal && { signal }),
    ...(precision && { precision }),
    ...(wide && { toBuild: true }),
    ...(onProgress && { onProgress: describePull(onProgress) }),
  });
  const { weights } = files;
  const texts = weights.kind === 'gguf' ? await readTokenizerOfGguf(weights.file, signal) : files;
  const tokenizer = createTokenizer({ ...texts, modelConfig: files.config });
  const model = await openModel(files, options);
  const { format = files.format } = options;
  return { model, tokenizer, format, ...(prefixCache && { prefixCache }) };
}

import { basename, dirname } from 'node:path';
import { AutoModelForCausalLM, DynamicCache, env, Tensor } from '@huggingface/transformers';
import { versionOf } from './version-of.mjs';
import { firstToken, promptTokens } from './workload.mjs';

/** @returns a peer: see `../peer-process.mjs` */
export async function createPeer({ path, threads, context }) {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(path);
  const model = await AutoModelForCausalLM.from_pretrained(basename(path), {
    dtype: 'q4',
    device: 'cpu',
    session_options: { intraOpNumThreads: threads },
  });
  const prompt = promptTokens(context);
  const greedy = { do_sample: false, return_dict_in_generate: true };

  async function generatePrompt() {
    return model.generate({ ...greedy, input_ids: toTensor([prompt]), max_new_tokens: 1 });
  }

  /** There is no way to share the prompt: every row of a batch has its keys and values for itself. */
  async function decode(rows, steps, onStep) {
    const input = Array.from({ length: rows }, (_, row) => [firstToken(row)]);
    await model.generate({
      ...greedy,
      input_ids: toTensor(input),
      past_key_values: new DynamicCache(repeatRows(promptCache, rows)),
      max_new_tokens: steps,
      streamer: createStreamer(onStep),
    });
  }

  const { past_key_values: promptCache } = await generatePrompt();
  const prefill = async () => Number((await generatePrompt()).sequences.data.at(-1));
  const versions = {
    '@huggingface/transformers': versionOf('@huggingface/transformers', import.meta.url),
    'onnxruntime-node': versionOf('onnxruntime-node', import.meta.resolve('@huggingface/transformers')),
  };
  return { versions, prefill, decode };
}

function toTensor(rows) {
  return new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0].length]);
}

/** It gets the prompt first, then the new tokens of each step. */
function createStreamer(onStep) {
  let steps = 0;
  return {
    put(tokens) {
      if (steps++ > 0) onStep(tokens.map(([token]) => Number(token)));
    },
    end() {},
  };
}

function repeatRows(cache, rows) {
  const entries = Object.entries(cache).map(([name, { type, data, dims }]) => {
    const repeated = new data.constructor(rows * data.length);
    for (let row = 0; row < rows; row++) repeated.set(data, row * data.length);
    return [name, new Tensor(type, repeated, [rows, ...dims.slice(1)])];
  });
  return Object.fromEntries(entries);
}

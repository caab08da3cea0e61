// Bundlers find assets by just this expression, one per file.
export const files = {
  'beltline.json': new URL('./files/beltline.json', import.meta.url),
  'config.json': new URL('./files/config.json', import.meta.url),
  'generation_config.json': new URL('./files/generation_config.json', import.meta.url),
  'tokenizer.json': new URL('./files/tokenizer.json', import.meta.url),
  'tokenizer_config.json': new URL('./files/tokenizer_config.json', import.meta.url),
  'model.onnx': new URL('./files/model.onnx', import.meta.url),
};

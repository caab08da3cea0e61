export const name = 'tiny';
export const folder = new URL('./files/', import.meta.url);

/** The name under which `@beltline/models` knows this model. */
export declare const name: 'tiny';
/** The folder that holds the model's files, ending in a slash. */
export declare const folder: URL;

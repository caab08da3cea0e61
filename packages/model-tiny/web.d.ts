/** URLs of all files of the model, by name. */
export declare const files: Readonly<Record<string, URL>>;

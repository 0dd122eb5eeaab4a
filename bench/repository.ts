/** The project's folder, above this one. */
export const repository = new URL('../../', import.meta.url);

/** The folder of the built benchmarks. */
export const built = new URL('./', import.meta.url);

import * as beltline from '@beltline/web';

/** What the tests reach from outside. */
globalThis.beltline = beltline;

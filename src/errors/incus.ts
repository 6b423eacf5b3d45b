import { defineErrors } from './entry.js';

export const INCUS_ERRORS = defineErrors({});

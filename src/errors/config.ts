import { defineErrors } from './entry.js';

export const CONFIG_ERRORS = defineErrors({});

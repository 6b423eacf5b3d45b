import { defineErrors } from './entry.js';

export const CLI_ERRORS = defineErrors({});

import { defineErrors } from './entry.js';

export const PLAN_ERRORS = defineErrors({});

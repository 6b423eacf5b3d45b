import { defineErrors } from './entry.js';

/** Failures of questions about a policy. */
export const POLICY_ERRORS = defineErrors({
  S32_POLICY_UNSEEN: {
    title: 'the rules of the firewall cannot be seen',
    meaning: 'The os-slash32 on the firewall is older than the policy, so nothing can be said about what passes.',
    remedy: 'Update os-slash32 on the firewall.',
    retryable: false,
  },
  S32_RULES_REFUSED: {
    title: 'the firewall loads none of its rules',
    meaning:
      'An entry of its configuration is one that pf refuses, and pf refuses all of them then: the firewall goes on with ' +
      'the rules that it loaded last, which nobody sees from here. Nothing can be said about what passes.',
    remedy: 'Mend or switch off the entry that is named, apply it on the firewall, and ask again.',
    retryable: false,
  },
  S32_POLICY_QUESTION: {
    title: 'a question about the policy was not understood',
    meaning: 'A name stands for nobody, or a port is no port. Nothing was asked of the firewall because of it.',
    remedy: 'Name instances as project/name, ports as tcp/443; slash32 reach lists who is there.',
    retryable: false,
  },
  S32_FILTER_LOG: {
    title: 'the log of the firewall cannot be read this way',
    meaning: 'A config.xml has no log, or the API key may not read it.',
    remedy: 'Ask a live firewall, with an API key that has the privilege Diagnostics: Logs: Firewall: Live View.',
    retryable: false,
  },
});

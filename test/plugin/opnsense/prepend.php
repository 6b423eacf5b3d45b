<?php

/* What OPNsense's PHP has of its C extension Phalcon, as far as an API call meets it: a validation that finds nothing
   and a translator that leaves texts as they are. */

namespace Phalcon\Filter {
    class Validation
    {
        public function add($field, $validator)
        {
            return $this;
        }

        public function validate($data = null)
        {
            return [];
        }
    }
}

namespace Phalcon\Translate {
    class InterpolatorFactory
    {
    }
}

namespace Phalcon\Translate\Adapter {
    class Gettext
    {
        public function __construct($interpolator, array $options)
        {
        }

        public function _(string $key, array $placeholders = []): string
        {
            return $key;
        }
    }
}

namespace {
    if (!function_exists('gettext')) {
        function gettext(string $text): string
        {
            return $text;
        }
    }
}

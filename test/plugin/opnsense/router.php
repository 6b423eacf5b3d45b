<?php

/* The web server: every address is one of the API. */
require_once '/slash32/prepend.php';
chdir('/usr/local/opnsense/www');
require '/usr/local/opnsense/www/api.php';
return true;

"""How does a notebook become reports?

In reading order: `wanted` (which reports reports.toml asks for), `asked` (whether each can be made, told before
anything runs), `parameters` (what a notebook takes), `batch` (one after the other; one that fails costs only itself),
`run` (papermill: notebook, project and day become an executed notebook), `page` with `prose` and `look` (nbconvert: the
executed notebook becomes a page), `files` (written whole or not at all), `catalogue` (the list of all pages),
`progress` (told to who waits). No measure is imported here: notebooks do the computing.
"""

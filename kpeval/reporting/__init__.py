"""How does a notebook become reports, by the thousand, and only those that are out of date?

In reading order. What is wanted: `asked` (reports that somebody names; all that stands in their way is told first),
`parameters` (what a notebook takes), `wanted` (reports.toml), `due` (whose moment has come).
What must be made: `inputs` (what a report depends on, and what of it changed), `ledger` (what was made, from what, and
who has not heard of it yet) in its `ledger_file`.
Making: `batch` (the main flow), `job` (what goes to a worker), `pool` (workers of this machine) or `cluster` (Dask)
with `terms` (would its workers make the same?), `make` (one report, from job to files), `run` (papermill: an executed
notebook), `page` with `prose`, `look` and `record` (nbconvert's template: a page), `convert` (the same for nbconvert
itself), `formats` (what stands beside a page) with `pdf`, `workbook` and `sheet` and a time limit
(`limited`), `publishable` (may anybody read it?),
`files` and `places` (written whole or not at all, here or at an address), `failure`.
Kernels: `engine` (papermill's), `provisioner` (how Jupyter asks for a kernel), `kernels` (where the warm process is),
`warm` (it forks), `forked` (what runs then), `lean` (a quicker import).
Afterwards: `catalogue` (the list of all pages), `progress` (told to who waits), `mail` (to who does not), `archive`
(history, and what may go), `schedule` (the system's timer); `verify` (does a page follow from the data?) by `recorded`
(its record, read), `shown` (what stands on it), `moved` (figures), `claims` (does it show what its record says?) and
`judged` (the verdict). No measure is imported here: notebooks do the computing.
"""

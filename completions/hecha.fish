# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_hecha_global_optspecs
    string join \n config= sandbox lang= color= q/quiet v/verbose error-format= h/help V/version
end

function __fish_hecha_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_hecha_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_hecha_using_subcommand
    set -l cmd (__fish_hecha_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c hecha -n "__fish_hecha_needs_command" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_needs_command" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_needs_command" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_needs_command" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_needs_command" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_needs_command" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_needs_command" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_needs_command" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_needs_command" -s V -l version -d 'Print the version'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "dishonest" -d 'Look up companies on the list of dishonest debtors (失信被执行人)'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "copyright" -d 'Look up the registered copyrights of companies (软件著作权)'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "changes" -d 'Show what is new, no longer listed or different since last time; free and offline, from the archive'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "identify" -d 'Recognise identifiers and verify their check digits; free and offline'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "archive" -d 'Manage the archive of bought answers'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "usage" -d 'Sum up calls and cost by provider, day and outcome'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "config" -d 'Show and check the configuration'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "providers" -d 'List the APIs: limits, endpoints, accepted keywords'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "fields" -d 'List every column: key, label, vendor field, type, meaning'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "explain" -d 'Explain a vendor\'s code: meaning, whether it is charged, what to do'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "sandbox" -d 'Serve the simulated APIs on loopback, for scripts and tests'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "man" -d 'Write all manual pages to a folder, or print the main one'
complete -c hecha -n "__fish_hecha_needs_command" -f -a "help" -d 'Show the help of a command, or one of the topics money, output, batch, exit-codes, credentials'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -s i -l input -d 'Read keywords from a file: .txt (one per line), .csv, .tsv or .xlsx; - is standard input' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l column -d 'Column of the file: a heading, number or letter, or several in order of preference [default: by content]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l sheet -d 'Sheet of the .xlsx file [default: the first]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l encoding -d 'Encoding of the file [default: byte-order mark, UTF-8, GB18030]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l shard -d 'Query only the Nth of M shards of the list, to split it among machines' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l suspicious -d 'What to do with suspicious keywords [default: stop] [values: stop, skip, send]' -r -f -a "stop\t'Send nothing, and show the suspicious keywords'
skip\t'Leave them out'
send\t'Send them as they are'"
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l by -d 'Kind of the keywords [default: recognised] [values: name, uscc, org-code, reg-no, company-id]' -r -f -a "name\t'Company name'
uscc\t'Unified social credit code, 18 characters'
org-code\t'Organisation code, 8 characters and a check digit'
reg-no\t'Registration number, 15 digits'
company-id\t'The vendor\'s company id (dishonest list)'"
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l limit -d 'Maximum number of records per query' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l page -d 'Query only this page, counted from 1' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l page-size -d 'Records per page, up to the vendor\'s cap [default: the cap]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l max-calls -d 'Maximum number of paid calls in this run [default: 100]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l max-age -d 'Maximum age of reused answers: 12h, or records=30d,nothing=7d [default: 24h]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l refresh -d 'Buy all pages of a query again if one of them is older than --max-age [values: whole]' -r -f -a "whole\t'All pages, so that they are of one moment'"
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l max-errors -d 'Abort the batch after N consecutive failures [default: 10]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -s j -l concurrency -d 'Concurrent requests per provider [default: 4]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l rate -d 'Request rate per provider: 5/s, 100/m, 1000/h [default: no limit]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l retries -d 'Retries of requests that were certainly not charged [default: 2]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l timeout -d 'Request timeout [default: 30s]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l connect-timeout -d 'Connection timeout [default: 10s]' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l proxy -d 'HTTP or SOCKS proxy: http://, socks5:// or socks5h://' -r -f
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l ca-cert -d 'Additional trusted certificates (PEM)' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -s f -l format -d 'Output format [default: by the extension of -o, else table on a terminal, json in a pipe] [values: table, json, ndjson, csv, tsv, xlsx, html]' -r -f -a "table\t'Text for a terminal'
json\t'One JSON document'
ndjson\t'One record per line'
csv\t'Comma-separated'
tsv\t'Tab-separated'
xlsx\t'Excel workbook'
html\t'Self-contained web page'"
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -s o -l output -d 'Write to a file, created only once it is complete' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l fields -d 'Columns in this order, in every format' -r
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l csv-dialect -d 'Dialect of csv: excel keeps codes as text when the file is opened in Excel [default: rfc4180] [values: rfc4180, excel]' -r -f -a "rfc4180\t'RFC 4180'
excel\t'For opening in Excel'"
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l header -d 'Column headings [default: keys in csv, labels in table and xlsx] [values: keys, labels, none]' -r -f -a "keys\t'Keys'
labels\t'Labels in the language of --lang'
none\t'No header'"
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l report -d 'Write a report: one row per row of the list, with status, totals and error; .csv, .json, .ndjson or .xlsx' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l annotate -d 'Write a copy of the list with the outcome added to each row; .csv or .xlsx' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l exact -d 'Only records of the company that was asked for'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l dry-run -d 'Print the plan without sending requests'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l yes -d 'Do not ask for confirmation before a large spend'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l fresh -d 'Ignore archived answers and pay for new ones'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l offline -d 'Send no requests; answer from the archive only'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l no-archive -d 'Neither reuse nor store answers'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l retry-uncertain -d 'Repeat requests that earlier runs may have been charged for without an answer'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l wide -d 'Show all columns in the table'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l summary -d 'Show bar charts below the table: counts by year, court, performance, category or owner'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l raw -d 'Print the response bodies as received, one per line'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l fail-empty -d 'Exit with code 20 if nothing was found'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand dishonest" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -s i -l input -d 'Read keywords from a file: .txt (one per line), .csv, .tsv or .xlsx; - is standard input' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l column -d 'Column of the file: a heading, number or letter, or several in order of preference [default: by content]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l sheet -d 'Sheet of the .xlsx file [default: the first]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l encoding -d 'Encoding of the file [default: byte-order mark, UTF-8, GB18030]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l shard -d 'Query only the Nth of M shards of the list, to split it among machines' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l suspicious -d 'What to do with suspicious keywords [default: stop] [values: stop, skip, send]' -r -f -a "stop\t'Send nothing, and show the suspicious keywords'
skip\t'Leave them out'
send\t'Send them as they are'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l by -d 'Kind of the keywords [default: recognised] [values: name, uscc, org-code, reg-no, company-id]' -r -f -a "name\t'Company name'
uscc\t'Unified social credit code, 18 characters'
org-code\t'Organisation code, 8 characters and a check digit'
reg-no\t'Registration number, 15 digits'
company-id\t'The vendor\'s company id (dishonest list)'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l limit -d 'Maximum number of records per query' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l page -d 'Query only this page, counted from 1' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l page-size -d 'Records per page, up to the vendor\'s cap [default: the cap]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l max-calls -d 'Maximum number of paid calls in this run [default: 100]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l max-age -d 'Maximum age of reused answers: 12h, or records=30d,nothing=7d [default: 24h]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l refresh -d 'Buy all pages of a query again if one of them is older than --max-age [values: whole]' -r -f -a "whole\t'All pages, so that they are of one moment'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l max-errors -d 'Abort the batch after N consecutive failures [default: 10]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -s j -l concurrency -d 'Concurrent requests per provider [default: 4]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l rate -d 'Request rate per provider: 5/s, 100/m, 1000/h [default: no limit]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l retries -d 'Retries of requests that were certainly not charged [default: 2]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l timeout -d 'Request timeout [default: 30s]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l connect-timeout -d 'Connection timeout [default: 10s]' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l proxy -d 'HTTP or SOCKS proxy: http://, socks5:// or socks5h://' -r -f
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l ca-cert -d 'Additional trusted certificates (PEM)' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -s f -l format -d 'Output format [default: by the extension of -o, else table on a terminal, json in a pipe] [values: table, json, ndjson, csv, tsv, xlsx, html]' -r -f -a "table\t'Text for a terminal'
json\t'One JSON document'
ndjson\t'One record per line'
csv\t'Comma-separated'
tsv\t'Tab-separated'
xlsx\t'Excel workbook'
html\t'Self-contained web page'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -s o -l output -d 'Write to a file, created only once it is complete' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l fields -d 'Columns in this order, in every format' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l csv-dialect -d 'Dialect of csv: excel keeps codes as text when the file is opened in Excel [default: rfc4180] [values: rfc4180, excel]' -r -f -a "rfc4180\t'RFC 4180'
excel\t'For opening in Excel'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l header -d 'Column headings [default: keys in csv, labels in table and xlsx] [values: keys, labels, none]' -r -f -a "keys\t'Keys'
labels\t'Labels in the language of --lang'
none\t'No header'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l report -d 'Write a report: one row per row of the list, with status, totals and error; .csv, .json, .ndjson or .xlsx' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l annotate -d 'Write a copy of the list with the outcome added to each row; .csv or .xlsx' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l provider -d 'Provider to query [default: the configured one, else the one with credentials] [values: ihuyi, shuidi, all]' -r -f -a "ihuyi\t'互亿无线'
shuidi\t'凭安/水滴'
all\t'All providers'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l type -d 'Only software, or only other works (ihuyi) [values: software, work]' -r -f -a "software\t'软件著作权'
work\t'作品著作权'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l year -d 'Only copyrights announced in this year, YYYY (ihuyi)' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l registration-number -d 'Only this registration number, 登记号 (ihuyi)' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l title -d 'Only titles that contain this (ihuyi)' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l owner -d 'Only owners whose name contains this (ihuyi)' -r
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l exact -d 'Only records of the company that was asked for'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l dry-run -d 'Print the plan without sending requests'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l yes -d 'Do not ask for confirmation before a large spend'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l fresh -d 'Ignore archived answers and pay for new ones'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l offline -d 'Send no requests; answer from the archive only'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l no-archive -d 'Neither reuse nor store answers'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l retry-uncertain -d 'Repeat requests that earlier runs may have been charged for without an answer'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l wide -d 'Show all columns in the table'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l summary -d 'Show bar charts below the table: counts by year, court, performance, category or owner'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l raw -d 'Print the response bodies as received, one per line'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l fail-empty -d 'Exit with code 20 if nothing was found'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l merge -d 'One row for each registration (--provider all)'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand copyright" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand changes" -s i -l input -d 'Read keywords from a file: .txt (one per line), .csv, .tsv or .xlsx; - is standard input' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l column -d 'Column of the file: a heading, number or letter, or several in order of preference [default: by content]' -r
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l sheet -d 'Sheet of the .xlsx file [default: the first]' -r
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l encoding -d 'Encoding of the file [default: byte-order mark, UTF-8, GB18030]' -r
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l shard -d 'Query only the Nth of M shards of the list, to split it among machines' -r
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l provider -d 'Only answers of this provider [values: market, ihuyi, shuidi, all]' -r -f -a "market\t'List of dishonest debtors on a cloud market'
ihuyi\t'互亿无线'
shuidi\t'凭安/水滴'
all\t'All providers'"
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l since -d 'Compare with the newest complete snapshot before this day, YYYY-MM-DD' -r
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l baseline -d 'Compare with the snapshots that --mark NAME marked' -r
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l mark -d 'Mark the compared snapshots as NAME, after the output is written' -r
complete -c hecha -n "__fish_hecha_using_subcommand changes" -s f -l format -d 'Output format [default: by the extension of -o, else table on a terminal, json in a pipe] [values: table, json, ndjson, csv, tsv, xlsx, html]' -r -f -a "table\t'Text for a terminal'
json\t'One JSON document'
ndjson\t'One record per line'
csv\t'Comma-separated'
tsv\t'Tab-separated'
xlsx\t'Excel workbook'
html\t'Self-contained web page'"
complete -c hecha -n "__fish_hecha_using_subcommand changes" -s o -l output -d 'Write to a file, created only once it is complete' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l fail-changed -d 'Exit with code 21 if anything changed'
complete -c hecha -n "__fish_hecha_using_subcommand changes" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand changes" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand changes" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand changes" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand identify" -s i -l input -d 'Read keywords from a file: .txt (one per line), .csv, .tsv or .xlsx; - is standard input' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand identify" -l column -d 'Column of the file: a heading, number or letter, or several in order of preference [default: by content]' -r
complete -c hecha -n "__fish_hecha_using_subcommand identify" -l sheet -d 'Sheet of the .xlsx file [default: the first]' -r
complete -c hecha -n "__fish_hecha_using_subcommand identify" -l encoding -d 'Encoding of the file [default: byte-order mark, UTF-8, GB18030]' -r
complete -c hecha -n "__fish_hecha_using_subcommand identify" -l shard -d 'Query only the Nth of M shards of the list, to split it among machines' -r
complete -c hecha -n "__fish_hecha_using_subcommand identify" -s f -l format -d 'Output format [default: table on a terminal, json in a pipe] [values: table, json, csv]' -r -f -a "table\t'Text for a terminal'
json\t'JSON for programs'
csv\t'Comma-separated'"
complete -c hecha -n "__fish_hecha_using_subcommand identify" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand identify" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand identify" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand identify" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand identify" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand identify" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand identify" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand identify" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -f -a "list" -d 'List the entries, newest first'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -f -a "show" -d 'Show one entry: the request, and the body as received'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -f -a "export" -d 'Write every entry as one JSON object per line'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -f -a "verify" -d 'Read every entry and verify its checksum'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -f -a "prune" -d 'Delete old answers; the ledger is kept'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -f -a "import" -d 'Import another archive: answers, ledger, snapshots and marks'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -f -a "backup" -d 'Write a complete copy, also while other runs use the archive'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and not __fish_seen_subcommand_from list show export verify prune import backup path" -f -a "path" -d 'Print the path of the archive'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -l keyword -d 'Only requests for this keyword, in any spelling' -r
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -l provider -d 'Only entries of this provider [values: market, ihuyi, shuidi]' -r -f -a "market\t'List of dishonest debtors on a cloud market'
ihuyi\t'互亿无线'
shuidi\t'凭安/水滴'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -l since -d 'Only entries received on or after this day, YYYY-MM-DD' -r
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -l limit -d 'Maximum number of entries' -r
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -s f -l format -d 'Output format [default: table on a terminal, json in a pipe] [values: table, json, csv]' -r -f -a "table\t'Text for a terminal'
json\t'JSON for programs'
csv\t'Comma-separated'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from show" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from show" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from show" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from show" -l body -d 'Print only the body, byte for byte'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from show" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from export" -s o -l output -d 'Write to a file instead of standard output' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from export" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from export" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from export" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from export" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from export" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from verify" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from verify" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from verify" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from verify" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from verify" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from prune" -l older-than -d 'Minimum age: 90d, 12h [default: the configured retention]' -r
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from prune" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from prune" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from prune" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from prune" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from prune" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from import" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from import" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from import" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from import" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from import" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from backup" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from backup" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from backup" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from backup" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from backup" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from backup" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from backup" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from path" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from path" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from path" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from path" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from path" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand archive; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand usage" -l since -d 'Only calls on or after this day, YYYY-MM-DD' -r
complete -c hecha -n "__fish_hecha_using_subcommand usage" -l by -d 'Columns to sum by, separated by commas [default: provider,day,outcome,charged] [values: provider, day, outcome, charged, host, user]' -r -f -a "provider\t'The provider'
day\t'The day in China'
outcome\t'The outcome of the call'
charged\t'Whether the call was charged'
host\t'The computer that made the call'
user\t'The user who made the call'"
complete -c hecha -n "__fish_hecha_using_subcommand usage" -s f -l format -d 'Output format [default: table on a terminal, json in a pipe] [values: table, json, csv]' -r -f -a "table\t'Text for a terminal'
json\t'JSON for programs'
csv\t'Comma-separated'"
complete -c hecha -n "__fish_hecha_using_subcommand usage" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand usage" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand usage" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand usage" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand usage" -l budget -d 'Show what is left of the shared budgets instead ([budget] in the configuration)'
complete -c hecha -n "__fish_hecha_using_subcommand usage" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand usage" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand usage" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand usage" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -f -a "init" -d 'Write a commented configuration file (mode 0600)'
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -f -a "path" -d 'Print the path of the configuration file'
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -f -a "show" -d 'Show every setting and its origin; secrets are masked'
complete -c hecha -n "__fish_hecha_using_subcommand config; and not __fish_seen_subcommand_from init path show check" -f -a "check" -d 'Check settings, credentials, endpoints and clock without a paid call'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from init" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from init" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from init" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from path" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from path" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from path" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from path" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from show" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from show" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from check" -s f -l format -d 'Output format [default: table on a terminal, json in a pipe] [values: table, json, csv]' -r -f -a "table\t'Text for a terminal'
json\t'JSON for programs'
csv\t'Comma-separated'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from check" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from check" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from check" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand providers" -s f -l format -d 'Output format [default: table on a terminal, json in a pipe] [values: table, json, csv]' -r -f -a "table\t'Text for a terminal'
json\t'JSON for programs'
csv\t'Comma-separated'"
complete -c hecha -n "__fish_hecha_using_subcommand providers" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand providers" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand providers" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand providers" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand providers" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand providers" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand providers" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand providers" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand fields" -s f -l format -d 'Output format [default: table on a terminal, json in a pipe] [values: table, json, csv]' -r -f -a "table\t'Text for a terminal'
json\t'JSON for programs'
csv\t'Comma-separated'"
complete -c hecha -n "__fish_hecha_using_subcommand fields" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand fields" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand fields" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand fields" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand fields" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand fields" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand fields" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand fields" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand explain" -s f -l format -d 'Output format [default: table on a terminal, json in a pipe] [values: table, json, csv]' -r -f -a "table\t'Text for a terminal'
json\t'JSON for programs'
csv\t'Comma-separated'"
complete -c hecha -n "__fish_hecha_using_subcommand explain" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand explain" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand explain" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand explain" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand explain" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand explain" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand explain" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand explain" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand sandbox" -l listen -d 'Address to listen on; port 0 takes a free port [default: 127.0.0.1:0]' -r
complete -c hecha -n "__fish_hecha_using_subcommand sandbox" -l latency -d 'Latency of every answer [default: 0ms]' -r
complete -c hecha -n "__fish_hecha_using_subcommand sandbox" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand sandbox" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand sandbox" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand sandbox" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand sandbox" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand sandbox" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand sandbox" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand sandbox" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand completions" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand completions" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand completions" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand completions" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand completions" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand completions" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand completions" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand completions" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand man" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand man" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand man" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand man" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand man" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand man" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand man" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand man" -s h -l help -d 'Print help: -h for a summary, --help for everything'
complete -c hecha -n "__fish_hecha_using_subcommand help" -l config -d 'Configuration file to read instead of the one in the user\'s configuration folder' -r -F
complete -c hecha -n "__fish_hecha_using_subcommand help" -l lang -d 'Language of messages, labels and help [default: the locale\'s] [values: zh, en]' -r -f -a "zh\t'Chinese'
en\t'English'"
complete -c hecha -n "__fish_hecha_using_subcommand help" -l color -d 'When to use colours; `NO_COLOR` is respected [default: auto] [values: auto, always, never]' -r -f -a "auto\t'On terminals'
always\t'Always'
never\t'Never'"
complete -c hecha -n "__fish_hecha_using_subcommand help" -l error-format -d 'Format of errors on standard error [default: text] [values: text, json]' -r -f -a "text\t'Text'
json\t'One JSON object per line'"
complete -c hecha -n "__fish_hecha_using_subcommand help" -l sandbox -d 'Query the embedded sandbox instead of the vendors; needs no configuration and costs nothing'
complete -c hecha -n "__fish_hecha_using_subcommand help" -s q -l quiet -d 'Write only errors to standard error'
complete -c hecha -n "__fish_hecha_using_subcommand help" -s v -l verbose -d 'Write more: -v for retries and archive hits, -vv for requests and responses with secrets masked'
complete -c hecha -n "__fish_hecha_using_subcommand help" -s h -l help -d 'Print help: -h for a summary, --help for everything'

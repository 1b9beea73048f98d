# Copyright (C) the bmcgate authors

# Included by nginx's configure: openapi.json becomes a string of C.

cat << END >> $NGX_MAKEFILE

$NGX_OBJS/ngx_http_bmc_openapi.inc:	$ngx_addon_dir/openapi.json
	sed -e 's/[\\\\"]/\\\\&/g' -e 's/.*/"&\\\\n"/' \\
		$ngx_addon_dir/openapi.json > \$@
END

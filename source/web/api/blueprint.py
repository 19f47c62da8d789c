"""The blueprint of the API, which every module here adds its operations to."""

from source.web.api.operation import Api

VERSION = 1

api = Api("api", __name__, url_prefix=f"/api/v{VERSION}")

"""Static files of npm packages, by an allow-list: settings.NPM_ASSETS maps a package to globs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class NpmFinder(BaseFinder):
    """Serves node_modules/<package>/<file> as static/npm/<package>/<file>."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.NODE_MODULES)
        self.storage = FileSystemStorage(self.root)
        self.storage.prefix = "npm"  # type: ignore[attr-defined]

    def allowed(self) -> Iterator[str]:
        for package, globs in settings.NPM_ASSETS.items():
            for glob in globs:
                for file in (self.root / package).glob(glob):
                    yield file.relative_to(self.root).as_posix()

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        name = path.removeprefix("npm/")
        if name == path or name not in set(self.allowed()):
            return []
        return [str(self.root / name)] if find_all else str(self.root / name)

    def list(self, ignore_patterns: Any) -> Any:
        for name in self.allowed():
            yield name, self.storage


class CollectedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Files named by their content, beside them a gzip copy. Brotli would take half a minute of the first start."""

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(**{**options, "use_brotli": False})

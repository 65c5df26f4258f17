// Package django reads Waldur's and Akinon's logs, as the folder server imitates them, from a real Django REST
// framework over SQLite, while a second connection adds and deletes rows. It contains only tests.
//
// They need Python with Django, Django REST framework and django-filter: Debian's python3-djangorestframework and
// python3-django-filters.
package django

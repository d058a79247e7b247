"""Pages for people: Min profil (`profile/`), the operator's (`operator/`), what both use.

They are written on the server and complete without a script. Their words stand in `texts/`, their forms in
`templates/`, their stylesheet and script in `assets/`. Every route is guarded in one place, `page_route`.
"""
